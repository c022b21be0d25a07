namespace MGLMM.Runtime.Kernels;

/// <summary>With which of a processor's instructions <see cref="BlockProduct"/> computes, from the slowest on. They give the same to the last bit.</summary>
internal enum BlockInstructions
{
    /// <summary>Registers of 256 bits. For 4 bits.</summary>
    Avx2,

    /// <summary>Registers of 512 bits. For 4 bits.</summary>
    Avx512,

    /// <summary>Registers of 512 bits and products of bytes that are added up in 32 bits. For 4 and 8 bits.</summary>
    Avx512Vnni,
}
