"""Making surveys and reading their results."""
