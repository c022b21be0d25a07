using System.Globalization;
using MGLMM.Vision.Files;
using MGLMM.Vision.Language;
using MGLMM.Vision.Results;
using Microsoft.Win32.SafeHandles;

namespace MGLMM.Vision.Inputs;

/// <summary>The pictures that <c>open_image</c> can reach: registered ones by name; data URIs, addresses and files by policy. Thread-safe.</summary>
internal sealed class ImageInputs
{
    private readonly ImageInputPolicy _policy;
    private readonly long _maximumBytes;
    private readonly ImageFetcher _fetcher;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Registration> _registered = new(StringComparer.OrdinalIgnoreCase);
    private int _clock;

    public ImageInputs(ImageInputPolicy policy, ImageLimits limits, Network? network = null)
    {
        policy.Validate();
        _policy = policy;
        _maximumBytes = limits.MaximumBytes;
        _fetcher = new ImageFetcher(policy, limits.MaximumBytes, network);
    }

    /// <summary>Registers a picture under a name, replacing one of that name.</summary>
    /// <exception cref="InvalidOperationException">It does not fit beside those that do not give way.</exception>
    public void Register(string name, ReadOnlySpan<byte> file)
    {
        lock (_gate)
        {
            Add(name, file, givesWay: false);
        }
    }

    /// <summary>
    /// Registers a picture that is forgotten for a later one that would not fit otherwise, the oldest such first. Where another picture has
    /// its name, it gets a number: <c>photo-2.png</c>.
    /// </summary>
    /// <returns>The name that it has now.</returns>
    /// <exception cref="InvalidOperationException">It does not fit beside those that do not give way.</exception>
    public string Attach(string name, ReadOnlySpan<byte> file)
    {
        lock (_gate)
        {
            string free = name;
            for (int number = 2; _registered.TryGetValue(free, out Registration? other); number++)
            {
                if (file.SequenceEqual(other.File))
                {
                    return free;
                }

                free = string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(name)}-{number}{Path.GetExtension(name)}");
            }

            Add(free, file, givesWay: true);
            return free;
        }
    }

    /// <summary>Registers again what gave way or was attached in another process, if its name is free and no other has to give way.</summary>
    public void AttachAgain(string name, ReadOnlySpan<byte> file)
    {
        lock (_gate)
        {
            if (!_registered.ContainsKey(name) && _registered.Count < _policy.MaximumRegisteredImages
                && _registered.Values.Sum(entry => (long)entry.File.Length) + file.Length <= _policy.MaximumRegisteredBytes)
            {
                Add(name, file, givesWay: true);
            }
        }
    }

    private void Add(string name, ReadOnlySpan<byte> file, bool givesWay)
    {
        List<KeyValuePair<string, Registration>> kept = _registered.Where(entry => !StringComparer.OrdinalIgnoreCase.Equals(entry.Key, name)).OrderByDescending(entry => entry.Value.GivesWay)
            .ThenBy(entry => entry.Value.Number).ToList();
        (long bytes, int left) = (kept.Sum(entry => (long)entry.Value.File.Length) + file.Length, 0);
        while (kept.Count - left >= _policy.MaximumRegisteredImages || bytes > _policy.MaximumRegisteredBytes)
        {
            if (left == kept.Count || !kept[left].Value.GivesWay)
            {
                throw new InvalidOperationException(
                    $"No more pictures can be registered: at most {_policy.MaximumRegisteredImages}, and {_policy.MaximumRegisteredBytes} bytes together. Remove some, or raise the policy's limits.");
            }

            bytes -= kept[left++].Value.File.Length;
        }

        foreach ((string? old, Registration _) in kept.Take(left))
        {
            _registered.Remove(old);
        }

        _registered[name] = new Registration(file.ToArray(), givesWay, ++_clock);
    }

    /// <summary>Forgets a registered picture.</summary>
    public bool Remove(string name)
    {
        lock (_gate)
        {
            return _registered.Remove(name);
        }
    }

    /// <summary>The file's bytes and what to call it.</summary>
    /// <exception cref="ToolException">The source is not allowed, not there, or cannot be read.</exception>
    public async Task<(string Name, byte[] File)> ReadAsync(string source, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_registered.TryGetValue(source, out Registration? registered))
            {
                return (source, registered.File);
            }
        }

        if (DataUri.Is(source))
        {
            return _policy.AllowDataUris
                ? ("inline picture", DataUri.Decode(source, _policy.MaximumDataUriLength, _maximumBytes))
                : throw NotAllowed("Data URIs cannot be opened.");
        }

        if (ImageFetcher.IsAddress(source))
        {
            return _policy.AllowedHosts.Count > 0
                ? await _fetcher.FetchAsync(source, cancellationToken).ConfigureAwait(false)
                : throw NotAllowed("Addresses cannot be opened.");
        }

        (string root, string path) = Locate(source);
        try
        {
            // Between the look and the opening the file may have been exchanged: what counts is what was opened, and no link leads there.
            using SafeFileHandle handle = PlainFile.OpenRead(root, path, out long length);
            if (length == 0)
            {
                throw ToolException.ImageUnreadable("The file is empty.");
            }

            if (length > _maximumBytes)
            {
                throw ToolException.TooLarge($"The file has {length:N0} bytes; at most {_maximumBytes:N0} are accepted.");
            }

            byte[] file = new byte[length];
            int filled = 0;
            int read;
            while (filled < file.Length && (read = await RandomAccess.ReadAsync(handle, file.AsMemory(filled), filled, cancellationToken).ConfigureAwait(false)) > 0)
            {
                filled += read;
            }

            return (PlainText.Limit(Path.GetFileName(path), 80), file[..filled]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw ToolException.ImageUnreadable("The file is there, but cannot be read.");
        }
    }

    /// <summary>Where a file really is, and the allowed folder that it is below.</summary>
    private (string Root, string Path) Locate(string source)
    {
        if (SafePath.IsForbiddenForm(source))
        {
            throw NotAllowed("Addresses, network paths and device paths cannot be opened.");
        }

        bool insideAny = false;
        foreach (string folder in _policy.AllowedFolders)
        {
            string root = Path.GetFullPath(folder);
            string full;
            try
            {
                full = Path.GetFullPath(source, root);
            }
            catch (ArgumentException)
            {
                continue;
            }

            if (SafePath.IsForbiddenForm(full) || !SafePath.IsInside(full, root))
            {
                continue;
            }

            try
            {
                // The allowed folder may itself be reached through a link; what counts is where both really are.
                if (SafePath.Resolve(root) is { } realRoot && SafePath.Resolve(full) is { } real && SafePath.IsInside(real, realRoot))
                {
                    insideAny = true;
                    if (File.Exists(real))
                    {
                        return (realRoot, real);
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Said like a path outside, so that nobody learns what is there.
            }
        }

        throw insideAny
            ? new ToolException(
                ToolErrorCodes.ImageNotFound, "There is no such picture.", "Check the spelling, letter by letter" + Registered())
            : NotAllowed("This source is not among the pictures that may be opened.");
    }

    private ToolException NotAllowed(string message) => new(
        ToolErrorCodes.NotAllowed,
        message,
        (_policy.AllowedFolders.Count > 0
            ? "Give the path of a PNG, JPEG or WebP file inside the allowed folders, relative to them"
            : "Ask the user to attach the picture")
        + Registered());

    private string Registered()
    {
        lock (_gate)
        {
            return _registered.Count == 0
                ? "."
                : $", or one of the attached pictures: {ResultBudget.Names([.. _registered.Keys.Order(StringComparer.OrdinalIgnoreCase)])}.";
        }
    }

    private sealed record Registration(byte[] File, bool GivesWay, int Number);
}
