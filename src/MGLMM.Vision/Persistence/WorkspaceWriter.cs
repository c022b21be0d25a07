using System.Security.Cryptography;
using System.Text.Json;
using MGLMM.Imaging;
using MGLMM.Masks;

namespace MGLMM.Vision.Persistence;

/// <summary>Saves a workspace to a folder.</summary>
internal static class WorkspaceWriter
{
    /// <summary>Saves.</summary>
    /// <param name="snapshot">What to save.</param>
    /// <param name="folder">Where.</param>
    /// <param name="known">Files that were written or read before and need not be written again as long as they are untouched.</param>
    /// <param name="ancestors">The saves that the workspace wrote or was loaded from: those alone are replaced.</param>
    /// <param name="mostBytes">Bytes of the records at most.</param>
    /// <param name="cancellationToken">Observed between files; ending early leaves the save before as it was.</param>
    /// <returns>The files of this save, and which it is.</returns>
    /// <exception cref="WorkspaceConflictException">The folder holds another save.</exception>
    /// <exception cref="IOException">The folder holds something else, another save into it is under way, or the disk refuses.</exception>
    public static (IReadOnlyDictionary<string, SavedFile> Files, SaveStamp Stamp) Save(
        WorkspaceSnapshot snapshot,
        WorkspaceFolder folder,
        IReadOnlyDictionary<string, SavedFile> known,
        IReadOnlyCollection<SaveStamp> ancestors,
        long mostBytes,
        CancellationToken cancellationToken)
    {
        using IDisposable claim = folder.Claim(cancellationToken);
        long generation = SaveGuard.NextGeneration(folder, snapshot.Owner, snapshot.Conversation, ancestors, mostBytes);
        Dictionary<string, SavedFile> files = new(StringComparer.Ordinal);
        List<ImageDocument> images = new(snapshot.Images.Count);
        foreach (KeptImage kept in snapshot.Images)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RgbImage pixels = kept.Image.Pixels;
            SavedFile file = Keep(folder.ImagePath(kept.Image.Handle, pixels.ContentHash), () => PngWriter.Encode(pixels));
            images.Add(new ImageDocument
            {
                Handle = kept.Image.Handle,
                Name = kept.Image.Name,
                Format = kept.Image.Format,
                WidthPx = pixels.Width,
                HeightPx = pixels.Height,
                ContentHash = pixels.ContentHash,
                FileSha256 = file.Sha256,
                FileBytes = file.Bytes,
                LastUse = kept.LastUse,
                Dialogue = [.. kept.Dialogue.Select(turn => new TurnDocument { Instruction = turn.Instruction, Answer = turn.Answer })],
            });
        }

        List<ArtifactDocument> artifacts = new(snapshot.Artifacts.Count);
        foreach (VisionArtifact artifact in snapshot.Artifacts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string sha256 = Convert.ToHexStringLower(SHA256.HashData(artifact.Content.Span));
            Keep(folder.ArtifactPath(artifact.Handle, sha256, artifact.FileName), artifact.Content.ToArray);
            artifacts.Add(new ArtifactDocument
            {
                Handle = artifact.Handle,
                Image = artifact.Image,
                Kind = artifact.Kind,
                FileName = artifact.FileName,
                MediaType = artifact.MediaType,
                Regions = artifact.Regions,
                Sha256 = sha256,
                Bytes = artifact.Content.Length,
            });
        }

        WorkspaceDocument document = new()
        {
            Owner = snapshot.Owner,
            Conversation = snapshot.Conversation,
            Generation = generation,
            Counters = new CountersDocument
            {
                Image = snapshot.LastImage,
                Region = snapshot.LastRegion,
                Set = snapshot.LastSet,
                Artifact = snapshot.LastArtifact,
                Use = snapshot.Clock,
            },
            Images = images,
            Regions =
            [
                .. snapshot.Regions.Select(region => new RegionDocument
                {
                    Handle = region.Handle,
                    Image = region.Image,
                    Phrase = region.Phrase,
                    Instruction = region.Instruction,
                    Parent = region.Parent,
                    Model = region.Model,
                    Sources = region.Sources,
                    Mask = new MaskDocument { Size = [region.Mask.Height, region.Mask.Width], Counts = CocoRle.Encode(region.Mask) },
                }),
            ],
            Sets = [.. snapshot.Sets.Select(set => new SetDocument { Handle = set.Handle, Image = set.Image, Regions = set.Regions, Origin = set.Origin })],
            Artifacts = artifacts,
            Notes = snapshot.Notes.Count == 0 ? null : snapshot.Notes,
        };
        byte[] json = WorkspaceSeal.Close(JsonSerializer.SerializeToUtf8Bytes(document, WorkspaceJson.Default.WorkspaceDocument));
        if (json.LongLength > mostBytes)
        {
            throw new IOException($"The records of this workspace take {json.LongLength:N0} bytes, and at most {mostBytes:N0} could be loaded again. Nothing was saved.");
        }

        // The step that counts.
        cancellationToken.ThrowIfCancellationRequested();
        WorkspaceFolder.Write(folder.DocumentPath, json);
        folder.Clean(files.Keys.Append(folder.DocumentPath).ToHashSet(StringComparer.Ordinal));
        return (files, new SaveStamp(WorkspaceSeal.HashOf(json.AsSpan(0, Math.Min(json.Length, WorkspaceSeal.LongestHead)))!, generation));

        SavedFile Keep(string path, Func<byte[]> make)
        {
            if (known.TryGetValue(path, out SavedFile? before) && before.IsUntouched(path))
            {
                return files[path] = before;
            }

            byte[] content = make();
            WorkspaceFolder.Write(path, content);
            return files[path] = SavedFile.Of(path, content);
        }
    }
}
