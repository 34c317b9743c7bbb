"""法律顾问、公职律师: taking part in a review, or concluding it where the pack lets them."""
