"""``signer`` signs what was approved (K/pkg/controller/certificates)."""
