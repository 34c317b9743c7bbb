"""借阅: an archived file goes to a person for a time, by the rules of the body, and comes back."""
