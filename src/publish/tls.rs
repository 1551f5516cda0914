//! Whom TLS trusts: the system's authorities, and those of a file that the target names.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use super::store::{Fault, FaultKind};

/// Authorities, read once for all connections of a target.
#[derive(Debug, Default)]
pub struct Trust {
    /// A file with certificates (PEM), trusted beside the system's: a university's own authority.
    pub ca: Option<PathBuf>,
    read: OnceLock<Result<Arc<Vec<CertificateDer<'static>>>, Fault>>,
    config: OnceLock<Arc<ClientConfig>>,
}

impl Trust {
    /// The system's authorities and those of the file.
    pub fn new(ca: Option<PathBuf>) -> Trust {
        Trust { ca, ..Trust::default() }
    }

    /// All authorities.
    pub(super) fn roots(&self) -> Result<Arc<Vec<CertificateDer<'static>>>, Fault> {
        self.read.get_or_init(|| self.load()).clone()
    }

    fn load(&self) -> Result<Arc<Vec<CertificateDer<'static>>>, Fault> {
        // Some of a system's many certificates are broken on some machines; what the host needs will be missed by name.
        let mut roots = rustls_native_certs::load_native_certs().certs;
        if let Some(path) = &self.ca {
            let wrong = |words: String| Fault::new(FaultKind::Settings, format!("{}: {words}", path.display()));
            let bytes = std::fs::read(path).map_err(|cause| wrong(cause.to_string()))?;
            let before = roots.len();
            for certificate in CertificateDer::pem_slice_iter(&bytes) {
                roots.push(certificate.map_err(|cause| wrong(cause.to_string()))?);
            }
            if roots.len() == before {
                return Err(wrong("PEM".into()));
            }
        }
        Ok(Arc::new(roots))
    }

    /// Settings of a connection. Kept, because a data connection of FTP has to go on with the session of its control
    /// connection, and that is remembered in here.
    pub(super) fn config(&self) -> Result<Arc<ClientConfig>, Fault> {
        if let Some(config) = self.config.get() {
            return Ok(config.clone());
        }
        let mut store = RootCertStore::empty();
        store.add_parsable_certificates(self.roots()?.iter().cloned());
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|cause| Fault::new(FaultKind::Other, cause.to_string()))?
            .with_root_certificates(store)
            .with_no_client_auth();
        Ok(self.config.get_or_init(|| Arc::new(config)).clone())
    }
}

/// A fault of TLS as the kind that has a way out.
pub(super) fn fault(cause: &rustls::Error) -> Fault {
    let kind = match cause {
        rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented => FaultKind::Certificate,
        rustls::Error::PeerIncompatible(_) => FaultKind::Unsupported,
        // Bytes that were changed on the way, a line that broke off: another try may get through.
        _ => FaultKind::Lost,
    };
    Fault::new(kind, cause.to_string())
}
