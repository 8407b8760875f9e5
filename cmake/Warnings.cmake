# writ_warnings: the warning set of all our own code; generated and third-party code is SYSTEM.
add_library(writ_warnings INTERFACE)
target_compile_options(writ_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
  -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual
  -Wimplicit-fallthrough -Wundef -Wformat=2
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op -Wuseless-cast>
  # GCC 12 reports overlapping copies inside std::string's own operators when it optimises (its bug
  # 105651); nothing of ours is found by it.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  $<$<BOOL:${WRIT_WERROR}>:-Werror>
  $<$<BOOL:${WRIT_QUICK}>:-w>)
