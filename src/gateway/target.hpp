#pragma once
#include "gateway/gateway.hpp"
#include "gateway/secrets.hpp"
#include "hosts/snapshot.hpp"
#include "ssh/target.hpp"

namespace mcpssh::gateway {

/// Where `host` is and how its key is checked, without the way there and a way to log in: for known_hosts.
ssh::Target address_for(const hosts::Snapshot& snapshot, const hosts::Host& host);

/// How `ask` is reached from a connection's thread; null when it is null. `home`: the gateway's executor.
ssh::AskHuman asker_on(base::Executor home, AskHuman ask);

/// The same with the way there (jump hosts with their log-ins, proxies with their passwords): enough to ask
/// for host keys. The arguments must outlive the task. Throws what Secrets::get throws, said of its host.
base::Task<ssh::Target> way_to(const hosts::Snapshot& snapshot, const hosts::Host& host, Secrets& secrets,
                               ssh::AskHuman ask_human);

/// What ssh needs to reach `host` and log in, secrets resolved: what is missing fails this host, not the
/// start. Otherwise like way_to.
base::Task<ssh::Target> target_for(const hosts::Snapshot& snapshot, const hosts::Host& host, Secrets& secrets,
                                   ssh::AskHuman ask_human);

}  // namespace mcpssh::gateway
