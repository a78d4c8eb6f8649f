// Fourier transforms in single precision (FFTW).
#include <fftw3.h>
