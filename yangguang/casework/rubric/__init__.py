"""案卷评查, live on the open case: what the facts answer by themselves, and what reviewers and supervisors found."""
