namespace MGLMM.Conversion.Graphs;

/// <summary>How products with weights are stored and computed.</summary>
internal enum ProjectionKind
{
    /// <summary>Weights in the graph's storage type, products in its compute type.</summary>
    Full,

    /// <summary>4-bit weights, products in the graph's compute type.</summary>
    FourBit,

    /// <summary>4-bit weights, and activations that are rounded to 8 bits block by block, so that the products are of integers.</summary>
    FourBitRounded,

    /// <summary>8-bit weights in blocks, products in the graph's compute type.</summary>
    EightBit,

    /// <summary>8-bit weights in blocks, and activations that are rounded to 8 bits block by block.</summary>
    EightBitRounded,
}
