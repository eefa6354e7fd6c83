"""What helps to fill in a form: answers from registers, checks before submission, a filled sample."""
