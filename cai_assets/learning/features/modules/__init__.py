"""What modules use, and what they may use besides: for recommendation."""
