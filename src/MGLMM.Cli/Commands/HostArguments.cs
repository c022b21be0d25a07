using MGLMM.Hub;
using MGLMM.Runtime.Bundles;

namespace MGLMM.Cli.Commands;

/// <summary>Arguments of the commands that serve others, checked before anything is loaded.</summary>
internal static class HostArguments
{
    /// <summary>The full path of a bundle's folder.</summary>
    /// <param name="model">The folder, or the <c>org/name</c> of a pulled model.</param>
    /// <param name="origin">The option or setting that says so, for the message.</param>
    public static string Bundle(string model, string origin = "--model")
    {
        string folder = BundleRegistry.Resolve(model);
        return (Directory.Exists(folder), File.Exists(Path.Combine(folder, BundleManifest.FileName))) switch
        {
            (false, _) => throw new ArgumentException($"{origin} is '{folder}', which is no folder; give the folder of a model bundle (mglmm convert makes one)."),
            (_, false) => throw new ArgumentException($"{origin} is '{folder}', which has no {BundleManifest.FileName}; give the folder of a model bundle (mglmm convert makes one)."),
            _ => Path.GetFullPath(folder),
        };
    }

    /// <summary>The full paths of folders that pictures may be read from.</summary>
    public static string[] AllowedFolders(IEnumerable<string>? folders) =>
    [
        .. (folders ?? []).Select(folder => Directory.Exists(folder)
            ? Path.GetFullPath(folder)
            : throw new ArgumentException($"--allow-folder is '{folder}', which is no folder; create it, or leave it out.")),
    ];

    /// <summary>The full path of a folder to write to, which is made where it is not there.</summary>
    /// <param name="option">The option's name, for the message.</param>
    /// <param name="folder">The folder; null for none.</param>
    public static string? Writable(string option, string? folder)
    {
        if (folder is null)
        {
            return null;
        }

        try
        {
            return Directory.CreateDirectory(folder).FullName;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"{option} is '{folder}', which is no folder and cannot be made one: {exception.Message}");
        }
    }
}
