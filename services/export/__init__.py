"""Excel files made in the background. The rows come from customer, which alone decides what a member may see."""
