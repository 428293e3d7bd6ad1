"""Small servers: samples of the documentation, echo servers, and databases that only listen."""
