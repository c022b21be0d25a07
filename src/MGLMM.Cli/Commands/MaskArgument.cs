namespace MGLMM.Cli.Commands;

/// <summary>A mask file and what it shows, as written on the command line: <c>car.png=the red car</c>.</summary>
/// <param name="Path">The file.</param>
/// <param name="Label">Null where none is given.</param>
internal sealed record MaskArgument(string Path, string? Label)
{
    /// <summary>Takes an argument apart. A path may hold '=' itself: the longest part that is a file counts.</summary>
    /// <exception cref="FileNotFoundException">No part of it is a file.</exception>
    public static MaskArgument Parse(string text)
    {
        for (int end = text.Length; end > 0; end = text.LastIndexOf('=', end - 1))
        {
            if (File.Exists(text[..end]))
            {
                string label = end < text.Length ? text[(end + 1)..].Trim() : string.Empty;
                return new MaskArgument(text[..end], label.Length > 0 ? label : null);
            }
        }

        int first = text.IndexOf('=', StringComparison.Ordinal);
        throw new FileNotFoundException($"There is no mask file {(first < 0 ? text : text[..first])}.");
    }
}
