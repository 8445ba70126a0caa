"""Who depends on whom in the demonstration: what was declared, what colleagues said when asked, and what is tried."""
