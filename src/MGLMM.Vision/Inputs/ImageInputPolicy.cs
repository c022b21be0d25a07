namespace MGLMM.Vision.Inputs;

/// <summary>
/// What <c>open_image</c> may read. The default lets in nothing: then only pictures that the host registers with
/// <c>VisionToolset.AddImage</c> can be opened.
/// </summary>
/// <remarks>
/// <para>
/// Files: a path must lie inside an allowed folder both as written and after every link in it was resolved, segment by segment. Network
/// (UNC) paths, device paths and addresses are refused before the file system is asked. Paths are compared case-insensitively on
/// Windows only. The file is then opened once, step by step from the allowed folder, following no link and waiting for no pipe, and read from
/// that: exchanged in between for a link or a pipe, it is refused. On Windows, links are looked for again after opening.
/// </para>
/// <para>
/// Addresses: https only, on allowed hosts, without user information; no redirects, proxies, cookies, credentials or compression. The
/// host's name is resolved once, and a connection goes to one of the addresses that were checked: a name of which any address is
/// private, loopback, link-local, a cloud's metadata service, multicast, reserved, or an IPv4 address wrapped into IPv6 is refused.
/// </para>
/// <para>Bytes and pixels are bounded by the model's image limits, before reading where a size is announced, and while reading.</para>
/// </remarks>
public sealed record ImageInputPolicy
{
    /// <summary>No folder, no host, no data URI.</summary>
    public static ImageInputPolicy DenyAll { get; } = new();

    /// <summary>Folders whose files, at any depth, may be opened. Full paths.</summary>
    public IReadOnlyList<string> AllowedFolders { get; init; } = [];

    /// <summary>
    /// Hosts whose https addresses may be opened: <c>pictures.example.com</c> is that host alone, <c>*.example.com</c> every host below
    /// <c>example.com</c> but not itself. <c>:8443</c> behind it allows that port instead of 443. A public IP address must be listed as
    /// itself. Allow only hosts whose content you trust as much as a user's own pictures.
    /// </summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Whether <c>data:image/png;base64,...</c> (also jpeg and webp) may be opened.</summary>
    public bool AllowDataUris { get; init; }

    /// <summary>Characters of a data URI at most, checked before it is decoded.</summary>
    public int MaximumDataUriLength { get; init; } = 16 << 20;

    /// <summary>How long fetching a picture from an address may take, from resolving the name to the last byte.</summary>
    public TimeSpan MaximumFetchTime { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Registered pictures at most.</summary>
    public int MaximumRegisteredImages { get; init; } = 64;

    /// <summary>Bytes of all registered pictures together.</summary>
    public long MaximumRegisteredBytes { get; init; } = 256L << 20;

    /// <summary>Checks the rules, as every toolset does that takes them.</summary>
    /// <exception cref="ArgumentException">A folder is not a full path on a local drive, a host is none, or a limit is out of range.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(AllowedFolders);
        ArgumentNullException.ThrowIfNull(AllowedHosts);
        ArgumentOutOfRangeException.ThrowIfNegative(MaximumRegisteredImages);
        ArgumentOutOfRangeException.ThrowIfNegative(MaximumRegisteredBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumDataUriLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(MaximumFetchTime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaximumFetchTime, TimeSpan.FromHours(1));
        foreach (string folder in AllowedFolders)
        {
            if (!Path.IsPathFullyQualified(folder) || SafePath.IsForbiddenForm(folder))
            {
                throw new ArgumentException($"Allowed folder '{folder}' must be a full path on a local drive.");
            }
        }

        foreach (string host in AllowedHosts)
        {
            AllowedHost.Parse(host);
        }
    }
}
