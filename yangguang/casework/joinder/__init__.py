"""并案、分案: cases of one body that become one, or one that becomes two; what was found is taken over by reference."""
