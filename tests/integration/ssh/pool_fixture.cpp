#include "pool_fixture.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>

namespace mcpssh::test {
namespace asio = base::asio;

std::unique_ptr<OpensshServer> server_with_user(std::vector<std::string> config) {
  OpensshServer::Options options;
  options.password_user = true;
  options.config = std::move(config);
  return std::make_unique<OpensshServer>(std::move(options));
}

ssh::Target user_target(const OpensshServer& server, const TempDir& directory) {
  auto target = target_of(server, directory);
  target.user = server.password_user().name();
  return target;
}

std::shared_ptr<Acquired> PoolTest::start_acquire(ssh::Target target, ssh::Pool::Opened opened,
                                                  asio::cancellation_signal* signal) {
  auto acquired = std::make_shared<Acquired>();
  auto finish = [acquired](const std::exception_ptr& failure, ssh::Lease lease) {
    acquired->ended = true;
    acquired->lease = std::move(lease);
    try {
      if (failure) std::rethrow_exception(failure);
    } catch (const base::Error& error) {
      acquired->error = error;
    } catch (const boost::system::system_error&) {
      acquired->cancelled = true;
    }
  };
  auto work = pool_->acquire(std::move(target), std::move(opened));
  if (signal != nullptr)
    asio::co_spawn(loop_.executor(), std::move(work),
                   asio::bind_cancellation_slot(signal->slot(), std::move(finish)));
  else
    asio::co_spawn(loop_.executor(), std::move(work), std::move(finish));
  return acquired;
}

std::shared_ptr<PoolTest::Running> PoolTest::start(const ssh::Lease& lease, const std::string& command) {
  auto running = std::make_shared<Running>();
  asio::co_spawn(loop_.executor(), hopped(lease.connection(), command),
                 [running](const std::exception_ptr& failure, Said said) {
                   EXPECT_FALSE(failure);
                   running->said = std::move(said);
                   running->ended = true;
                 });
  return running;
}

}  // namespace mcpssh::test
