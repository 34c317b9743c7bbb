"""What goes outward beside the decision itself: service by announcement, and the filing of a major penalty."""
