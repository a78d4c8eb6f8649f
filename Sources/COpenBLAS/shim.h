// BLAS and LAPACK.
#include <cblas.h>
#include <lapacke.h>
