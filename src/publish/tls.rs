//! Whom TLS trusts: the system's authorities, and those of a file that the target names.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};

use super::store_error::{StoreError, StoreErrorKind};

/// Bytes of a file of certificates: the list of a whole system is a tenth of it.
const LARGEST: u64 = 4 << 20;

/// Authorities, read once for all connections of a target.
#[derive(Debug, Default)]
pub struct TrustedCertificates {
    /// A file with certificates (PEM), trusted beside the system's: a university's own authority, or the server's own certificate.
    pub ca: Option<PathBuf>,
    config: OnceLock<Result<Arc<ClientConfig>, StoreError>>,
}

impl TrustedCertificates {
    /// The system's authorities and those of the file.
    pub fn new(ca: Option<PathBuf>) -> TrustedCertificates {
        TrustedCertificates { ca, ..TrustedCertificates::default() }
    }

    /// Settings of a connection. Kept, because a data connection of FTP has to go on with the session of its control
    /// connection, and that is remembered in here.
    pub(super) fn config(&self) -> Result<Arc<ClientConfig>, StoreError> {
        self.config.get_or_init(|| self.make()).clone()
    }

    fn make(&self) -> Result<Arc<ClientConfig>, StoreError> {
        let other = |cause: String| StoreError::new(StoreErrorKind::Other, cause);
        let given = self.given()?;
        let mut roots = RootCertStore::empty();
        // Some of a system's many certificates are broken on some machines; what the host needs will be missed by name.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs.into_iter().chain(given.iter().cloned()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|cause| other(cause.to_string()))?;
        // Nothing can be checked against no authority at all, and the usual check says so by itself.
        if given.is_empty() {
            return Ok(Arc::new(builder.with_root_certificates(roots).with_no_client_auth()));
        }
        let usual = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build();
        let check = Check { usual: usual.map_err(|cause| other(cause.to_string()))?, given };
        Ok(Arc::new(builder.dangerous().with_custom_certificate_verifier(Arc::new(check)).with_no_client_auth()))
    }

    /// The certificates of the file.
    fn given(&self) -> Result<Vec<CertificateDer<'static>>, StoreError> {
        let Some(path) = &self.ca else { return Ok(Vec::new()) };
        let wrong = |words: String| StoreError::new(StoreErrorKind::Settings, format!("{}: {words}", path.display()));
        let bytes = super::plain_file::read_plain(path, LARGEST).map_err(|cause| wrong(cause.to_string()))?;
        let given: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
        let given = given.map_err(|cause| wrong(cause.to_string()))?;
        if given.is_empty() { Err(wrong("PEM".into())) } else { Ok(given) }
    }
}

/// The usual check, and beside it the certificates of the target's file by themselves: one that a server made for itself is
/// often marked as an authority's, which the usual check takes for no server's.
#[derive(Debug)]
struct Check {
    usual: Arc<WebPkiServerVerifier>,
    given: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for Check {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        match self.usual.verify_server_cert(shown, between, name, ocsp, now) {
            // Whether it has expired is looked at before this mark is; the name is not.
            Err(cause) if is_authority(&cause) && self.given.iter().any(|given| given == shown) => {
                verify_server_name(&ParsedCertificate::try_from(shown)?, name)?;
                Ok(ServerCertVerified::assertion())
            }
            checked => checked,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.usual.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.usual.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.usual.supported_verify_schemes()
    }
}

/// An authority's certificate where a server's is wanted.
fn is_authority(cause: &rustls::Error) -> bool {
    // The kind has no name of its own in `rustls`.
    matches!(cause, rustls::Error::InvalidCertificate(CertificateError::Other(other)) if other.to_string().contains("CaUsedAsEndEntity"))
}

/// A fault of TLS as the kind that has a way out.
pub(super) fn fault(cause: &rustls::Error) -> StoreError {
    let kind = match cause {
        rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented => StoreErrorKind::Certificate,
        rustls::Error::PeerIncompatible(_) => StoreErrorKind::Unsupported,
        // Bytes that were changed on the way, a line that broke off: another try may get through.
        _ => StoreErrorKind::Lost,
    };
    StoreError::new(kind, cause.to_string())
}
