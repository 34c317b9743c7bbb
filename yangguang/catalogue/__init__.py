"""清单与事前公示: live lists, policy documents, what a body shows before it acts."""
