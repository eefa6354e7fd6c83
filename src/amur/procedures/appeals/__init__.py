"""Appeals and reviews: a decision is contested before the body that the law names, and what comes of that."""
