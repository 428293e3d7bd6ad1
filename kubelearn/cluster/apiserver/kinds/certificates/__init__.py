"""CertificateSigningRequests: they are made, approved and denied; a controller signs them."""
