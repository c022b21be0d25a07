using MGLMM.Conversion.Checkpoints;
using MGLMM.Runtime.Bundles;

namespace MGLMM.Conversion;

/// <summary>Where a bundle goes: never over anything that is not a bundle.</summary>
internal static class OutputFolder
{
    /// <summary>Checks the output before anything is read or written.</summary>
    /// <exception cref="ConversionException">It exists and may not be replaced, or overlaps with what is converted.</exception>
    public static void Check(ConversionOptions options)
    {
        string output = Normalize(options.Output);
        foreach (string source in (string[])[options.Checkpoint, options.VisionTower])
        {
            if (IsWithin(Normalize(source), output))
            {
                throw new ConversionException($"The output '{options.Output}' is or holds '{source}', which it would replace. Choose an --output of its own.");
            }
        }

        if (File.Exists(output))
        {
            throw new ConversionException($"The output '{options.Output}' is a file. Choose another --output.");
        }

        if (!Directory.Exists(output) || !Directory.EnumerateFileSystemEntries(output).Any())
        {
            return;
        }

        if (!options.Overwrite)
        {
            throw new ConversionException($"The output '{options.Output}' exists. Choose another --output, or pass --force to replace a bundle.");
        }

        if (!IsBundle(output))
        {
            throw new ConversionException($"The output '{options.Output}' holds files that are not a bundle's. Nothing is replaced: choose another --output, or empty it yourself.");
        }
    }

    /// <summary>
    /// Puts the finished folder in place. An existing bundle changes places with it in one step, or, where the system has none, is moved
    /// aside first and put back if that fails. What is finished is never thrown away: if it cannot be put there, or something came there
    /// meanwhile that may not be replaced, it stays where it is.
    /// </summary>
    /// <param name="bundle">The finished folder.</param>
    /// <param name="options">Where it goes.</param>
    /// <param name="swap">Swaps two folders in one step, or says that it cannot.</param>
    /// <exception cref="ConversionException">It stays where it is; the message says where that is.</exception>
    public static void Publish(UnfinishedBundle bundle, ConversionOptions options, Func<string, string, bool> swap)
    {
        try
        {
            // Hours may have passed since the first look.
            Check(options);
            bundle.BeginPublishing();
            Move(bundle.Folder, Normalize(options.Output), swap);
        }
        catch (Exception exception) when (exception is ConversionException or IOException or UnauthorizedAccessException)
        {
            bundle.Keep();
            throw new ConversionException(
                $"The bundle is complete in '{bundle.Folder}', but could not be put at '{options.Output}': {exception.Message} Move it to where it shall be; nothing need be converted again.", exception);
        }
    }

    /// <summary>Puts a finished folder where nothing is, or only the part of it that had arrived there already.</summary>
    public static void PutWhereNothingIs(string folder, string output)
    {
        if (Directory.Exists(output))
        {
            Fill(output, folder);
        }
        else
        {
            Directory.Move(folder, output);
        }
    }

    /// <summary>Whether all that a folder holds are files of the bundle that is otherwise in another one; true of an empty folder.</summary>
    public static bool IsPartOf(string output, string folder)
    {
        IReadOnlySet<string> listed = ModelBundle.ListedFiles(folder);
        return !Directory.EnumerateDirectories(output).Any()
            && Directory.EnumerateFiles(output).Select(path => Path.GetFileName(path)).All(name => listed.Contains(name) && !File.Exists(Path.Combine(folder, name)));
    }

    public static string Normalize(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    private static void Move(string folder, string output, Func<string, string, bool> swap)
    {
        if (!Directory.Exists(output) || !Directory.EnumerateFileSystemEntries(output).Any())
        {
            PutWhereNothingIs(folder, output);
            return;
        }

        if (swap(folder, output))
        {
            // What is deleted with the folder now is the old bundle.
            return;
        }

        FolderExchange.Replace(folder, output, folder + UnfinishedBundle.ReplacedSuffix);
    }

    /// <summary>Fills an empty folder, which may be a mounted volume that cannot be renamed. All files go there, or none.</summary>
    private static void Fill(string output, string folder)
    {
        List<string> moved = new();
        try
        {
            // The manifest comes last: without it there is no bundle.
            foreach (string? name in Directory.GetFiles(folder).Select(path => Path.GetFileName(path)!).OrderBy(name => name == BundleManifest.FileName))
            {
                File.Move(Path.Combine(folder, name), Path.Combine(output, name));
                moved.Add(name);
            }
        }
        catch
        {
            moved.ForEach(name => File.Move(Path.Combine(output, name), Path.Combine(folder, name)));
            throw;
        }

        FolderExchange.TryDelete(folder);
    }

    /// <summary>Whether the folder holds a manifest and nothing that the manifest does not list.</summary>
    private static bool IsBundle(string folder)
    {
        try
        {
            IReadOnlySet<string> listed = ModelBundle.ListedFiles(folder);
            return Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories).All(path => listed.Any(file => file.StartsWith(Relative(path) + "/", StringComparison.Ordinal)))
                && Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(Relative).All(path => path == BundleManifest.FileName || listed.Contains(path));
        }
        catch (BundleException)
        {
            return false;
        }

        string Relative(string path) => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
    }

    private static bool IsWithin(string inner, string outer) =>
        inner.Equals(outer, StringComparison.OrdinalIgnoreCase) || inner.StartsWith(outer + Path.DirectorySeparatorChar, StringComparison.OrdinalIgnoreCase);
}
