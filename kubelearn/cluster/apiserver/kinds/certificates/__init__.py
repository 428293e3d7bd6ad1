"""CertificateSigningRequests: they are made, approved and denied; nobody signs them."""
