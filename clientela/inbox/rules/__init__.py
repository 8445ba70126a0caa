"""Pure rules of incoming mail: what is decided, and whom we answer by ourselves."""
