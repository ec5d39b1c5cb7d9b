"""What is known of objects and of where they belong: for classification and clustering."""
