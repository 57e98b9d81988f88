// HTTP through TLS: certificates from files, and new ones without a restart.
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "http_fixture.hpp"

namespace mcpssh::testing {
namespace {

namespace fs = std::filesystem;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using File = std::unique_ptr<std::FILE, decltype(&std::fclose)>;

struct TlsTest : ::testing::Test {
  TlsTest() {
    char name[] = "/tmp/mcp-ssh-tls-XXXXXX";
    directory = ::mkdtemp(name);
    files = {directory / "certificate.pem", directory / "key.pem"};
  }
  ~TlsTest() override { fs::remove_all(directory); }

  /// A self-signed certificate of that serial number, and its key.
  void issue(long serial) const {
    const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const Certificate certificate(X509_new(), X509_free);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    auto* subject = X509_get_subject_name(certificate.get());
    const auto* common_name = reinterpret_cast<const unsigned char*>("localhost");
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, common_name, -1, -1, 0);
    X509_set_issuer_name(certificate.get(), subject);
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    // As certbot does: beside the old ones, then over them.
    const auto beside = [&](const fs::path& file) { return fs::path(file.string() + ".new"); };
    {
      const File certificate_file(std::fopen(beside(files.certificate).c_str(), "w"), std::fclose);
      const File key_file(std::fopen(beside(files.key).c_str(), "w"), std::fclose);
      PEM_write_X509(certificate_file.get(), certificate.get());
      PEM_write_PrivateKey(key_file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    }
    // Times of files are coarse: a new pair must not look like the one before.
    const auto time = fs::file_time_type::clock::now() + std::chrono::seconds(serial);
    for (const auto& file : {files.certificate, files.key}) {
      fs::last_write_time(beside(file), time);
      fs::rename(beside(file), file);
    }
  }
  transport::HttpOptions serving() const {
    transport::HttpOptions options;
    options.tls = files;
    return options;
  }

  fs::path directory;
  transport::TlsFiles files;
};

/// Asks through TLS: the serial of the certificate that was shown, and the head of the answer.
std::pair<long, std::string> ask(std::uint16_t port) {
  asio::io_context context;
  asio::ssl::context tls(asio::ssl::context::tls_client);
  asio::ssl::stream<asio::ip::tcp::socket> stream(context, tls);
  stream.next_layer().connect({asio::ip::make_address("127.0.0.1"), port});
  stream.handshake(asio::ssl::stream_base::client);
  const Certificate shown(SSL_get1_peer_certificate(stream.native_handle()), X509_free);
  const auto serial = ASN1_INTEGER_get(X509_get0_serialNumber(shown.get()));
  asio::write(stream, asio::buffer(modern_post("server/discover", "", "", "Connection: close\r\n")));
  std::string all;
  boost::system::error_code ended;
  asio::read(stream, asio::dynamic_buffer(all), ended);
  return {serial, all.substr(0, all.find("\r\n"))};
}

TEST_F(TlsTest, RequestsAreServedAndANewCertificateIsUsedWithoutARestart) {
  issue(1);
  HttpFixture server(serving());
  EXPECT_EQ(ask(server.port), std::pair(1L, std::string("HTTP/1.1 200 OK")));
  issue(2);
  EXPECT_EQ(ask(server.port), std::pair(2L, std::string("HTTP/1.1 200 OK")));
}

TEST_F(TlsTest, ABrokenNewCertificateLeavesTheOldOneInUse) {
  issue(1);
  HttpFixture server(serving());
  std::ofstream(files.key) << "no key\n";
  fs::last_write_time(files.key, fs::file_time_type::clock::now() + std::chrono::seconds(9));
  EXPECT_EQ(ask(server.port).first, 1);
  issue(3);
  EXPECT_EQ(ask(server.port).first, 3);
}

TEST_F(TlsTest, FilesThatCannotBeUsedAreAnErrorAtTheStartThatNamesThem) {
  const auto refused = [this] {
    try {
      const HttpFixture server(serving());
    } catch (const base::Error& error) {
      return error.message();
    }
    return std::string("started");
  };
  EXPECT_THAT(refused(), ::testing::HasSubstr(files.certificate.string()));
  issue(1);
  const auto key = directory / "other.pem";
  fs::rename(files.key, key);
  issue(2);
  fs::rename(key, files.key);
  EXPECT_THAT(refused(), ::testing::HasSubstr("mismatch")) << "a key of another certificate";
}

TEST_F(TlsTest, WhoSpeaksNoTlsIsClosedAndDisturbsNobody) {
  issue(1);
  HttpFixture server(serving());
  auto plain = server.client();
  plain.send("GET /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(ask(server.port).first, 1);
}

}  // namespace
}  // namespace mcpssh::testing
