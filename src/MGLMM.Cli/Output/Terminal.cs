using System.Text;

namespace MGLMM.Cli.Output;

/// <summary>Where the tool's words go, as far as <see cref="Console"/> alone does not say it.</summary>
internal static class Terminal
{
    /// <summary>The name of standard output where a file can be named.</summary>
    public const string StandardOutput = "-";

    /// <summary>Standard output as bytes.</summary>
    public static Func<Stream> Open { get; set; } = Console.OpenStandardOutput;

    /// <summary>Whether somebody watches standard error, so that bars can move there.</summary>
    public static Func<bool> IsWatched { get; set; } = () => !Console.IsErrorRedirected;

    /// <summary>Writes a document to a file or, named by a hyphen, to standard output; as UTF-8 whatever the console's own encoding is.</summary>
    public static async Task WriteAsync(string place, string document, CancellationToken cancellationToken)
    {
        if (place == StandardOutput)
        {
            await using Stream output = Open();
            await output.WriteAsync(Encoding.UTF8.GetBytes(document), cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await File.WriteAllTextAsync(place, document, cancellationToken).ConfigureAwait(false);
        }
    }
}
