"""What is wrong with a return: pandera schemas, rules, and the findings they give."""
