#include "transport/http/tls_files.hpp"

#include <openssl/ssl.h>

#include <system_error>
#include <utility>

#include "base/error.hpp"
#include "base/faults.hpp"

namespace mcpssh::transport {
namespace {

namespace ssl = base::asio::ssl;
using base::Error;
using base::Fault;

Error unusable(const std::string& what, const std::filesystem::path& file, const std::string& why) {
  return Error(Fault::tls_unusable, "the TLS " + what + " " + file.string() + " cannot be used: " + why,
               "name PEM files that this user can read: the certificate with its chain, and its key");
}

TlsContext load(const TlsFiles& files) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  context->set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1 |
                       SSL_OP_NO_RENEGOTIATION);
  // A key with a passphrase is an error, not a question on the terminal.
  context->set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); });
  boost::system::error_code error;
  context->use_certificate_chain_file(files.certificate.string(), error);
  if (error) throw unusable("certificate", files.certificate, error.message());
  context->use_private_key_file(files.key.string(), ssl::context::pem, error);
  if (error) throw unusable("key", files.key, error.message());
  return context;
}

}  // namespace

TlsCertificate::TlsCertificate(TlsFiles files, base::Log log)
    : files_(std::move(files)), log_(std::move(log)), loaded_(version()), context_(load(files_)) {}

std::optional<TlsCertificate::Version> TlsCertificate::version() const {
  std::error_code error;
  Version now;
  now.certificate = std::filesystem::last_write_time(files_.certificate, error);
  if (error) return std::nullopt;
  now.key = std::filesystem::last_write_time(files_.key, error);
  if (error) return std::nullopt;
  return now;
}

TlsContext TlsCertificate::current() {
  const auto now = version();
  if (now == loaded_) return context_;
  loaded_ = now;
  try {
    context_ = load(files_);
    log_.info("the TLS certificate was read again");
  } catch (const Error& error) {
    log_.error(error.message() + "; the old certificate stays in use");
  }
  return context_;
}

}  // namespace mcpssh::transport
