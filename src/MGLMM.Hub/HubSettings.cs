using System.Globalization;
using MGLMM.Conversion.Checkpoints;

namespace MGLMM.Hub;

/// <summary>
/// Where the hub is, who asks, and where things are kept; from the environment variables of the hub's own Python library.
/// </summary>
public sealed class HubSettings
{
    /// <summary>The public hub.</summary>
    public static Uri PublicEndpoint { get; } = new("https://huggingface.co");

    /// <summary>The hub's address (<c>HF_ENDPOINT</c>).</summary>
    public Uri Endpoint { get; init; } = PublicEndpoint;

    /// <summary>The token that goes to <see cref="Endpoint"/> and nowhere else (<c>HF_TOKEN</c>, or the file that a login leaves); null asks without one.</summary>
    public string? Token { get; init; }

    /// <summary>The cache that the Python library uses too (<c>HF_HUB_CACHE</c>, or <c>hub</c> in <c>HF_HOME</c>).</summary>
    public required string CacheFolder { get; init; }

    /// <summary>Where bundles go that are given no place of their own (<c>MGLMM_BUNDLES</c>, or <c>mglmm</c> in <c>HF_HOME</c>).</summary>
    public required string BundlesFolder { get; init; }

    /// <summary>True asks nobody and takes what is in the cache (<c>HF_HUB_OFFLINE</c>).</summary>
    public bool Offline { get; init; }

    /// <summary>How long an answer may take to begin (<c>HF_HUB_ETAG_TIMEOUT</c>).</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a file may bring nothing before its connection counts as dead (<c>HF_HUB_DOWNLOAD_TIMEOUT</c>).</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Connections that fetch ranges of one file at the same time.</summary>
    public int Connections { get; init; } = 4;

    /// <summary>Reads the environment.</summary>
    /// <param name="variable">Gives a variable's value; the process's own environment by default.</param>
    /// <exception cref="HubException">A variable has no sense.</exception>
    public static HubSettings FromEnvironment(Func<string, string?>? variable = null)
    {
        variable ??= Environment.GetEnvironmentVariable;
        string user = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string home = Folder("HF_HOME") ?? Path.Combine(Folder("XDG_CACHE_HOME") ?? Path.Combine(user, ".cache"), "huggingface");
        bool implicitToken = !IsTrue(Text("HF_HUB_DISABLE_IMPLICIT_TOKEN"));
        return new HubSettings
        {
            Endpoint = ReadEndpoint(Text("HF_ENDPOINT")),
            Token = implicitToken ? Text("HF_TOKEN") ?? Text("HUGGING_FACE_HUB_TOKEN") ?? TokenFile(Folder("HF_TOKEN_PATH") ?? Path.Combine(home, "token")) : null,
            CacheFolder = Folder("HF_HUB_CACHE") ?? Folder("HUGGINGFACE_HUB_CACHE") ?? Path.Combine(home, "hub"),
            BundlesFolder = Folder("MGLMM_BUNDLES") ?? Path.Combine(home, "mglmm"),
            Offline = IsTrue(Text("HF_HUB_OFFLINE") ?? Text("TRANSFORMERS_OFFLINE")),
            AnswerTimeout = Seconds("HF_HUB_ETAG_TIMEOUT") ?? TimeSpan.FromSeconds(10),
            StallTimeout = Seconds("HF_HUB_DOWNLOAD_TIMEOUT") ?? TimeSpan.FromSeconds(20),
        };

        string? Text(string name) => variable(name)?.Trim() is { Length: > 0 } value ? value : null;

        string? Folder(string name) => Text(name) is not { } value
            ? null
            : Path.GetFullPath(value == "~" ? user : value is ['~', char separator, ..] && IsSeparator(separator) ? Path.Combine(user, value[2..]) : value);

        static bool IsSeparator(char character) => character == '/' || character == Path.DirectorySeparatorChar;

        TimeSpan? Seconds(string name) => Text(name) is not { } value
            ? null
            : double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && seconds is > 0 and < 86400
                ? TimeSpan.FromSeconds(seconds)
                : throw new HubException(HubProblem.BadRequest, $"{name} is '{value}'; give a number of seconds.");
    }

    private static Uri ReadEndpoint(string? text)
    {
        if (text is null)
        {
            return PublicEndpoint;
        }

        return Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out Uri? endpoint) && endpoint.Scheme is "http" or "https" && endpoint.UserInfo.Length == 0
            ? endpoint
            : throw new HubException(HubProblem.BadRequest, $"HF_ENDPOINT is '{text}'; give an address such as https://huggingface.co.");
    }

    private static string? TokenFile(string path)
    {
        const int LongestToken = 4096;
        try
        {
            return LinkedFile.Follow(path) is { Exists: true, Length: <= LongestToken } && File.ReadAllText(path).Trim() is { Length: > 0 } token ? token : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A token that cannot be read is no token; what needs one will say so.
            return null;
        }
    }

    private static bool IsTrue(string? value) => value?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE";
}
