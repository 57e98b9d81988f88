// Fetching keys from a real https server: whom it believes, and how much it lets itself be told.
#include "transport/oauth/fetch.hpp"

#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "base/error.hpp"
#include "oauth_signer.hpp"

namespace mcpssh::testing {
namespace {

namespace asio = base::asio;
namespace fs = std::filesystem;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using base::ErrorCode;
using oauth::Fetched;
using ::testing::HasSubstr;

/// A certificate for `name` ("DNS:localhost", "IP:127.0.0.1"), signed by itself, valid from `from` to `until`
/// seconds from now.
struct Issued {
  explicit Issued(const std::string& name, long from = -10, long until = 3600) {
    key.reset(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    certificate.reset(X509_new(), &X509_free);
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), from);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), until);
    X509_set_pubkey(certificate.get(), key.get());
    auto* subject = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"),
                               -1, -1, 0);
    X509_set_issuer_name(certificate.get(), subject);
    const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> names(
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, name.c_str()), &X509_EXTENSION_free);
    X509_add_ext(certificate.get(), names.get(), -1);
    X509_sign(certificate.get(), key.get(), EVP_sha256());
  }
  void save(const fs::path& file) const {
    const std::unique_ptr<std::FILE, decltype(&std::fclose)> out(std::fopen(file.c_str(), "w"), std::fclose);
    PEM_write_X509(out.get(), certificate.get());
  }

  std::shared_ptr<EVP_PKEY> key;
  std::shared_ptr<X509> certificate;
};

/// Serves one connection on loopback: says `answer` to its request, then ends.
class OneShot {
 public:
  /// `issued` null: without TLS.
  OneShot(const Issued* issued, std::string answer, bool end_properly = true)
      : acceptor_(io_, {asio::ip::make_address("127.0.0.1"), 0}), port(acceptor_.local_endpoint().port()) {
    thread_ = std::thread([this, issued, answer = std::move(answer), end_properly] {
      boost::system::error_code ignored;
      auto socket = acceptor_.accept(ignored);
      if (ignored) return;
      if (issued == nullptr) {
        talk(socket, answer);
        return;
      }
      ssl::context context(ssl::context::tls_server);
      SSL_CTX_use_certificate(context.native_handle(), issued->certificate.get());
      SSL_CTX_use_PrivateKey(context.native_handle(), issued->key.get());
      ssl::stream<tcp::socket> stream(std::move(socket), context);
      stream.handshake(ssl::stream_base::server, ignored);
      if (ignored) return;
      const char* name = SSL_get_servername(stream.native_handle(), TLSEXT_NAMETYPE_host_name);
      asked_for = name == nullptr ? "" : name;
      talk(stream, answer);
      if (end_properly) stream.shutdown(ignored);
    });
  }
  ~OneShot() { end(); }
  void end() {
    // shutdown() wakes a blocked accept().
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
  }

 private:
  template <class Stream>
  void talk(Stream& stream, const std::string& answer) {
    boost::system::error_code ignored;
    asio::streambuf buffer;
    const auto length = asio::read_until(stream, buffer, "\r\n\r\n", ignored);
    request.assign(asio::buffers_begin(buffer.data()),
                   asio::buffers_begin(buffer.data()) + static_cast<long>(length));
    asio::write(stream, asio::buffer(answer), ignored);
    if (!answer.empty()) return;
    // Silence until the client gives up.
    char byte = 0;
    asio::read(stream, asio::buffer(&byte, 1), ignored);
  }

  asio::io_context io_;
  tcp::acceptor acceptor_;
  std::thread thread_;

 public:
  std::uint16_t port;
  std::string request;    ///< read after end()
  std::string asked_for;  ///< server name of TLS; read after end()
};

std::string ok(std::string_view body, std::string_view fields = "") {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string(fields) +
         "\r\n" + std::string(body);
}

struct OAuthFetch : ::testing::Test {
  OAuthFetch() {
    char name[] = "/tmp/mcp-ssh-fetch-XXXXXX";
    directory = ::mkdtemp(name);
    issued.save(directory / "ca.pem");
  }
  ~OAuthFetch() override { fs::remove_all(directory); }

  /// What came, or the error's message and code.
  std::expected<Fetched, base::Error> get(const std::string& url, oauth::FetchLimits limits = {}) {
    std::optional<std::expected<Fetched, base::Error>> result;
    asio::io_context io;
    asio::co_spawn(
        io, oauth::fetch(base::parse_web_url(url).value(), oauth::trusted_tls(directory / "ca.pem"), limits),
        [&](const std::exception_ptr& failure, Fetched fetched) {
          try {
            if (failure) std::rethrow_exception(failure);
            result.emplace(std::move(fetched));
          } catch (const base::Error& error) {
            result.emplace(std::unexpected(error));
          }
        });
    io.run();
    return std::move(*result);
  }
  static std::string local(const OneShot& server, const std::string& scheme = "https",
                           const std::string& host = "localhost") {
    return scheme + "://" + host + ":" + std::to_string(server.port) + "/realms/a/keys?v=1";
  }

  Issued issued{"DNS:localhost,IP:127.0.0.1"};
  fs::path directory;
};

TEST_F(OAuthFetch, ThroughTlsByNameAndByAddressAndInTheClearOnLoopback) {
  for (const auto* host : {"localhost", "127.0.0.1"}) {
    OneShot server(&issued, ok(R"({"keys":[]})", "Cache-Control: public, Max-Age=600\r\n"));
    const auto fetched = get(local(server, "https", host));
    ASSERT_TRUE(fetched) << fetched.error().message();
    EXPECT_EQ(fetched->body, R"({"keys":[]})");
    EXPECT_EQ(fetched->max_age, std::chrono::seconds(600));
    server.end();
    EXPECT_TRUE(
        server.request.starts_with("GET /realms/a/keys?v=1 HTTP/1.1\r\nHost: " + std::string(host) + ":"));
    EXPECT_EQ(server.asked_for, std::string(host) == "localhost" ? "localhost" : "");
  }
  OneShot plain(nullptr, ok("{}"));
  EXPECT_EQ(get(local(plain, "http"))->body, "{}");
}

TEST_F(OAuthFetch, ChunksAndAnAnswerThatEndsWithTheConnectionAreRead) {
  OneShot chunked(
      &issued, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n");
  EXPECT_EQ(get(local(chunked))->body, R"({"a":1})");
  OneShot closed(&issued, "HTTP/1.0 200 OK\r\n\r\n{}");
  EXPECT_EQ(get(local(closed))->body, "{}");
}

TEST_F(OAuthFetch, ACertificateOfAnotherNameAuthorityOrTimeIsNotBelieved) {
  const Issued other_name("DNS:login.example.org");
  other_name.save(directory / "ca.pem");
  OneShot renamed(&other_name, ok("{}"));
  const auto wrong_name = get(local(renamed));
  ASSERT_FALSE(wrong_name);
  EXPECT_THAT(wrong_name.error().message(), HasSubstr("certificate"));
  EXPECT_THAT(wrong_name.error().message(), HasSubstr("ca_file"));
  issued.save(directory / "ca.pem");
  const Issued stranger("DNS:localhost");
  OneShot strange(&stranger, ok("{}"));
  EXPECT_FALSE(get(local(strange)));
  strange.end();
  EXPECT_EQ(strange.request, "") << "nothing was said to it";
  const Issued old("DNS:localhost", -3600, -60);
  old.save(directory / "ca.pem");
  OneShot expired(&old, ok("{}"));
  EXPECT_THAT(get(local(expired)).error().message(), HasSubstr("expired"));
}

TEST_F(OAuthFetch, ARedirectIsNotFollowed) {
  OneShot target(nullptr, ok("{}"));
  OneShot server(
      &issued, "HTTP/1.1 302 Found\r\nLocation: " + local(target, "http") + "\r\nContent-Length: 0\r\n\r\n");
  const auto fetched = get(local(server));
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().code(), ErrorCode::protocol_error);
  EXPECT_THAT(fetched.error().message(), HasSubstr("redirect"));
  target.end();
  EXPECT_EQ(target.request, "");
}

TEST_F(OAuthFetch, OtherStatusesAndBrokenAnswersAreErrors) {
  for (const auto& answer :
       {std::string("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"),
        std::string("HTTP/1.1 204 No Content\r\n\r\n"),
        std::string("HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\n{}"), std::string("SSH-2.0-OpenSSH_9.2\r\n"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"),
        std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        std::string("HTTP/1.1 200")}) {
    OneShot server(&issued, answer);
    EXPECT_FALSE(get(local(server))) << answer;
  }
  OneShot cut(&issued, "HTTP/1.0 200 OK\r\n\r\n{}", false);
  EXPECT_FALSE(get(local(cut))) << "TLS did not say that this is the end";
}

TEST_F(OAuthFetch, TooMuchIsNotRead) {
  oauth::FetchLimits limits;
  limits.bytes = 1000;
  for (const auto& answer :
       {ok(std::string(1001, 'x')), "HTTP/1.0 200 OK\r\n\r\n" + std::string(100'000, 'x'),
        "HTTP/1.1 200 OK\r\nX: " + std::string(20'000, 'x') + "\r\nContent-Length: 0\r\n\r\n"}) {
    OneShot server(&issued, answer);
    const auto fetched = get(local(server), limits);
    ASSERT_FALSE(fetched);
    EXPECT_EQ(fetched.error().code(), ErrorCode::limit_reached) << fetched.error().message();
  }
}

TEST_F(OAuthFetch, ALineBetweenTheChunksThatNeverEndsIsNotKept) {
  const std::string begin = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string endless(100'000, '0');
  for (const auto* line : {"2\r\n{}\r\n", "2;name=", "2\r\n{}\r\n0\r\nX: "}) {
    OneShot server(&issued, begin + line + endless);
    const auto fetched = get(local(server));
    ASSERT_FALSE(fetched) << line;
    EXPECT_EQ(fetched.error().code(), ErrorCode::limit_reached) << line << fetched.error().message();
  }
}

TEST_F(OAuthFetch, SilenceHasAnEnd) {
  oauth::FetchLimits limits;
  limits.time = std::chrono::milliseconds(100);
  OneShot server(&issued, "");
  const auto fetched = get(local(server), limits);
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().code(), ErrorCode::timed_out);
}

TEST_F(OAuthFetch, NobodyThereIsAnErrorAtOnceThatNamesTheUrl) {
  OneShot server(nullptr, "x");
  const auto url = local(server, "http");
  server.end();
  get(url);
  const auto fetched = get("http://127.0.0.1:1/keys");
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().code(), ErrorCode::connect_failed);
  EXPECT_THAT(fetched.error().message(), HasSubstr("http://127.0.0.1:1/keys"));
}

TEST_F(OAuthFetch, ItCanBeCancelled) {
  OneShot server(&issued, "");
  asio::io_context io;
  asio::cancellation_signal stop;
  std::optional<ErrorCode> ended;
  asio::co_spawn(
      io,
      oauth::fetch(base::parse_web_url(local(server)).value(), oauth::trusted_tls(directory / "ca.pem"), {}),
      asio::bind_cancellation_slot(stop.slot(), [&](const std::exception_ptr& failure, const Fetched&) {
        try {
          if (failure) std::rethrow_exception(failure);
        } catch (const base::Error& error) {
          ended = error.code();
        } catch (const boost::system::system_error&) {
          ended = ErrorCode::cancelled;
        }
      }));
  io.poll();
  stop.emit(asio::cancellation_type::terminal);
  io.run();
  EXPECT_EQ(ended, ErrorCode::cancelled);
}

TEST_F(OAuthFetch, AnAuthorityFileThatCannotBeUsedIsAnErrorThatNamesIt) {
  std::ofstream(directory / "junk.pem") << "no certificate\n";
  for (const auto* name : {"junk.pem", "missing.pem"}) {
    try {
      oauth::trusted_tls(directory / name);
      ADD_FAILURE() << name;
    } catch (const base::Error& error) {
      EXPECT_THAT(error.message(), HasSubstr(name));
    }
  }
  EXPECT_TRUE(oauth::trusted_tls({})) << "those of the system";
}

}  // namespace
}  // namespace mcpssh::testing
