"""Where open requests stand, and why: what the order is reckoned from, and what a viewer may know of it."""
