#include "base/wiped_memory.hpp"

#include <cstring>
#include <new>

namespace mcpssh::base {

void* WipedMemory::do_allocate(std::size_t bytes, std::size_t alignment) {
  return ::operator new(bytes, std::align_val_t(alignment));
}

void WipedMemory::do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) {
  ::explicit_bzero(memory, bytes);
  ::operator delete(memory, std::align_val_t(alignment));
}

}  // namespace mcpssh::base
