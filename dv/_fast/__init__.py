"""What is worked out by hand for speed, in NumPy: perceptrons, losses with their gradients, Adam."""
