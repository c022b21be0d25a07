namespace MGLMM;

/// <summary>What an <see cref="IImageDecoder"/> read.</summary>
/// <param name="Pixels">The picture, upright.</param>
/// <param name="Format">The file's format in lower case, such as <c>png</c>; at most 20 characters.</param>
public sealed record DecodedImage(RgbImage Pixels, string Format);
