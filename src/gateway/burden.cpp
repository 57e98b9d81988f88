#include "gateway/burden.hpp"

#include <fmt/format.h>

#include "base/faults.hpp"
#include "base/text.hpp"

namespace mcpssh::gateway {

Burden::Burden(std::shared_ptr<Load> load, std::size_t bytes) : load_(std::move(load)), bytes_(bytes) {
  load_->calls += 1;
  load_->bytes += bytes_;
}

Burden::~Burden() {
  if (!load_) return;
  load_->calls -= 1;
  load_->bytes -= bytes_;
}

std::expected<Burden, base::Error> Burdens::take(const std::string& principal, std::size_t bytes) {
  std::erase_if(loads_, [](const auto& each) { return each.second->calls == 0; });
  auto& load = loads_[principal];
  if (!load) load = std::make_shared<Burden::Load>();
  const auto too_much = [](std::string what) {
    return std::unexpected(base::Error(base::Fault::too_many_open, std::move(what) + "; nothing was sent",
                                       "wait for some of them (ssh_output), or end them with ssh_stop"));
  };
  if (load->calls >= open_calls_per_principal)
    return too_much(fmt::format("{} calls are open already, which is the limit", load->calls));
  if (bytes > open_bytes_per_principal - load->bytes)
    return too_much(fmt::format("open calls hold {} of commands and stdin already; {} is the limit",
                                base::human_bytes(load->bytes), base::human_bytes(open_bytes_per_principal)));
  return Burden(load, bytes);
}

}  // namespace mcpssh::gateway
