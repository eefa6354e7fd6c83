"""The window: services chosen by a code, whole forms by keyboard, receipts printed at once, results handed over."""
