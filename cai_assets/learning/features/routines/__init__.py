"""What is known of routines without looking into them: for the regression of complexity."""
