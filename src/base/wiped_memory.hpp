#pragma once
#include <boost/json/memory_resource.hpp>
#include <boost/json/storage_ptr.hpp>
#include <cstddef>

namespace mcpssh::base {

/// For JSON that may hold a secret: memory that is wiped when it is given back. Outlives what was made in it.
class WipedMemory : public boost::json::memory_resource {
 public:
  [[nodiscard]] boost::json::storage_ptr storage() { return this; }

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override;
  void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override;
  [[nodiscard]] bool do_is_equal(const memory_resource& other) const noexcept override {
    return this == &other;
  }
};

}  // namespace mcpssh::base
