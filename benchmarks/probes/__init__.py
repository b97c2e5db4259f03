"""What is measured; each probe runs in a process of its own."""
