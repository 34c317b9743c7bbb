"""查主体、查人员、查事项, the verification of a certificate, the progress of a case, and the open data of all this."""
