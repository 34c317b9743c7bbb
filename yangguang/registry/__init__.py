"""主体、人员、事项、相对人, and who may do what."""
