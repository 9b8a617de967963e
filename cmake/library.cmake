# The library: src/**/*.c compiled once, then put into libcornu.a and libcornu.so.
include(CheckCCompilerFlag)

file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/*.c)
list(FILTER sources EXCLUDE REGEX "_test\\.c$")
set(isa_sources ${sources})
list(FILTER isa_sources INCLUDE REGEX "/src/kernels/native/isa/")
list(FILTER sources EXCLUDE REGEX "/src/kernels/native/isa/")
if(NOT CORNU_HAVE_ONEDNN)
    list(FILTER sources EXCLUDE REGEX "/src/kernels/onednn/")
endif()
if(NOT CORNU_HAVE_PNG)
    list(FILTER sources EXCLUDE REGEX "/src/images/png\\.c$")
endif()
if(NOT CORNU_HAVE_JPEG)
    list(FILTER sources EXCLUDE REGEX "/src/images/jpeg\\.c$")
endif()
if(NOT CORNU_HAVE_CAIRO)
    list(FILTER sources EXCLUDE REGEX "/src/plotting/cairo_[^/]*$")
endif()

# What every object of the library is compiled with.
add_library(cornu_compile INTERFACE)
target_link_libraries(cornu_compile INTERFACE cornu_internal cornu_uses)
target_compile_options(cornu_compile INTERFACE -Wconversion)
target_compile_definitions(cornu_compile INTERFACE CN_VERSION="${PROJECT_VERSION}")

# Adds the kernels in src/kernels/native/isa for one instruction set, the further arguments being its
# flags. They are optimized in every build, and give up errno and traps but no NaN and no bit of the result.
# Loops are vectorized as by -O3, without the copies of them that -O3 also makes; only the product's inner loops want
# those.
# With sanitizers they are optimized a little only: compiling what is unrolled takes minutes otherwise.
set(vectorize "")
set(optimize -O2)
if(CORNU_SANITIZE)
    set(optimize -O1)
elseif(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    set(vectorize -ftree-vectorize -fvect-cost-model=dynamic)
endif()
set_source_files_properties(${PROJECT_SOURCE_DIR}/src/kernels/native/isa/gemm_block.c
    ${PROJECT_SOURCE_DIR}/src/kernels/native/isa/recurrent_block.c
    PROPERTIES COMPILE_OPTIONS $<$<CONFIG:Release>:-O3>)
set(objects "")
function(cornu_add_isa isa)
    if(NOT isa_sources)
        return()
    endif()
    add_library(cornu_isa_${isa} OBJECT ${isa_sources})
    set_target_properties(cornu_isa_${isa} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    target_link_libraries(cornu_isa_${isa} PRIVATE cornu_compile)
    target_compile_definitions(cornu_isa_${isa} PRIVATE CN_ISA=${isa})
    target_compile_options(cornu_isa_${isa} PRIVATE
        ${optimize} -ffp-contract=fast -fno-math-errno -fno-trapping-math ${ARGN})
    set(objects ${objects} $<TARGET_OBJECTS:cornu_isa_${isa}> PARENT_SCOPE)
endfunction()

cornu_add_isa(base)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
    check_c_compiler_flag(-march=x86-64-v3 CORNU_COMPILES_V3)
    check_c_compiler_flag("-march=x86-64-v4 -mprefer-vector-width=512" CORNU_COMPILES_V4)
    if(CORNU_COMPILES_V3)
        cornu_add_isa(v3 ${vectorize} -march=x86-64-v3)
        target_compile_definitions(cornu_compile INTERFACE CN_HAVE_V3)
    endif()
    if(CORNU_COMPILES_V4)
        cornu_add_isa(v4 ${vectorize} -march=x86-64-v4 -mprefer-vector-width=512)
        target_compile_definitions(cornu_compile INTERFACE CN_HAVE_V4)
    endif()
endif()

# Weights are filled once, but there are many: these loops want vectors too.
set_source_files_properties(${PROJECT_SOURCE_DIR}/src/initializers/distributions.c
    PROPERTIES COMPILE_OPTIONS $<$<CONFIG:Release>:-O3>)

# What runs once for each model, not in each step, is made small.
set(drawing ${sources})
list(FILTER drawing INCLUDE REGEX
    "/src/(activations|applications|callbacks|config|constraints|graph|layers|losses|metrics|ops|optimizers|plotting|regularizers)/")
set_source_files_properties(${drawing} PROPERTIES COMPILE_OPTIONS $<$<CONFIG:Release>:-Os>)
add_library(cornu_objects OBJECT ${sources})
target_compile_options(cornu_objects PRIVATE $<$<CONFIG:Release>:-O2>)
set_target_properties(cornu_objects PROPERTIES POSITION_INDEPENDENT_CODE ON)
target_link_libraries(cornu_objects PRIVATE cornu_compile)
list(APPEND objects $<TARGET_OBJECTS:cornu_objects>)

# Tables of fields and classes are full of addresses: packed, what the loader has to know of them takes a fortieth (200 KiB
# less). Tried out, for an older C library could not load it.
include(CheckCSourceRuns)
if(NOT CMAKE_CROSSCOMPILING)
    set(CMAKE_REQUIRED_LINK_OPTIONS -pie -Wl,-z,pack-relative-relocs)
    set(CMAKE_REQUIRED_FLAGS -fPIE)
    check_c_source_runs("static int x; int *const volatile at[] = {&x, &x}; int main(void) { return *at[1]; }"
        CORNU_PACKS_RELOCATIONS)
    unset(CMAKE_REQUIRED_LINK_OPTIONS)
    unset(CMAKE_REQUIRED_FLAGS)
endif()

add_library(cornu SHARED ${objects})
if(CORNU_PACKS_RELOCATIONS)
    target_link_options(cornu PRIVATE -Wl,-z,pack-relative-relocs)
endif()
set_target_properties(cornu PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
target_link_libraries(cornu PRIVATE $<BUILD_INTERFACE:cornu_uses>)

add_library(cornu_static STATIC ${objects})
set_target_properties(cornu_static PROPERTIES OUTPUT_NAME cornu EXPORT_NAME static)
set(installed_uses ${CORNU_LIBRARIES})
list(TRANSFORM installed_uses REPLACE "(.+)" "$<LINK_ONLY:\\1>")
target_link_libraries(cornu_static
    PRIVATE $<BUILD_INTERFACE:cornu_uses>
    INTERFACE $<INSTALL_INTERFACE:$<LINK_ONLY:PkgConfig::cornu_modules>>
              "$<INSTALL_INTERFACE:${installed_uses}>")

foreach(library cornu cornu_static)
    target_include_directories(${library} INTERFACE
        $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
        $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endforeach()
add_library(cornu::cornu ALIAS cornu)
add_library(cornu::static ALIAS cornu_static)
