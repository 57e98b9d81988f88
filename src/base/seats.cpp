#include "base/seats.hpp"

#include <utility>

namespace mcpssh::base {

class Seats::Seat {
 public:
  Seat(std::shared_ptr<Census> census, uid_t user) : census_(std::move(census)), user_(user) {
    ++census_->all;
    ++census_->of[user_];
  }
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;
  ~Seat() {
    --census_->all;
    if (--census_->of[user_] == 0) census_->of.erase(user_);
  }

 private:
  std::shared_ptr<Census> census_;
  uid_t user_;
};

Seats::Seats(Limits limits) : limits_(limits) {}

std::shared_ptr<Seats::Seat> Seats::take(uid_t user) {
  const std::size_t open = limits_.all - (user == 0 ? 0 : limits_.for_root);
  const auto own = census_->of.find(user);
  if (census_->all >= open) return nullptr;
  if (own != census_->of.end() && own->second >= limits_.of_one_user) return nullptr;
  return std::make_shared<Seat>(census_, user);
}

}  // namespace mcpssh::base
