"""What a record says of the draws: likelihoods, weights, and a sample drawn anew."""
