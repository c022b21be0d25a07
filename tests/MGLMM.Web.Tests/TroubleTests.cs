using MGLMM.Hosting;
using MGLMM.Imaging;
using Microsoft.Playwright;

namespace MGLMM.Web.Tests;

/// <summary>What goes wrong, takes long or is asked for, in words and with a way out.</summary>
public sealed class TroubleTests(Chromium chromium)
{
    [Fact]
    public async Task A_model_that_is_still_loading_is_waited_for_in_sight()
    {
        TaskCompletionSource<IGroundingModel> loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using PageServer server = await PageServer.StartAsync((_, cancellationToken) => loaded.Task.WaitAsync(cancellationToken));
        await using Visit visit = await Visit.OpenAsync(chromium, server);
        await Assertions.Expect(visit.Page.Locator("#loading")).ToContainTextAsync("The model is being loaded");
        await Assertions.Expect(visit.Page.Locator("#model-state")).ToHaveTextAsync("Loading the model");
        await visit.ShotAsync("loading");
        await visit.AccessibleAsync("loading");

        // A picture can be opened and drawn on, but not asked about.
        await visit.OpenSampleAsync();
        await Assertions.Expect(visit.Page.Locator("[data-level=panoptic]")).ToBeDisabledAsync();
        await Assertions.Expect(visit.Page.Locator("#send")).ToBeDisabledAsync();
        loaded.SetResult(new GardenModel());
        await Assertions.Expect(visit.Page.Locator("#loading")).ToBeHiddenAsync();
        await visit.LevelAsync("Objects");
        await visit.AnsweredAsync(1);
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_is_said()
    {
        await using PageServer server = await PageServer.StartAsync((_, _) => throw new InvalidOperationException("no"));
        await using Visit visit = await Visit.OpenAsync(chromium, server);
        await Assertions.Expect(visit.Page.Locator("#notice")).ToContainTextAsync("the host's log says why.");
        await Assertions.Expect(visit.Page.Locator("#model-state")).ToHaveTextAsync("No model");
    }

    [Fact]
    public async Task Files_that_are_no_pictures_are_refused_in_words()
    {
        await using PageServer server = await PageServer.StartAsync(new GardenModel());
        await using Visit visit = await Visit.OpenAsync(chromium, server);
        ILocator notice = visit.Page.Locator("#notice");
        await visit.Page.Locator("#file").SetInputFilesAsync(new FilePayload { Name = "notes.txt", MimeType = "text/plain", Buffer = "hello"u8.ToArray() });
        await Assertions.Expect(notice).ToContainTextAsync("“notes.txt” is no PNG, JPEG or WebP picture. Choose a picture of one of these kinds.");

        visit.Expect("422");
        await visit.Page.Locator("#file").SetInputFilesAsync(new FilePayload { Name = "broken.png", MimeType = "image/png", Buffer = "no picture"u8.ToArray() });
        await Assertions.Expect(notice).ToContainTextAsync("“broken.png” could not be opened.");
        await visit.AccessibleAsync("a refused file");
        await visit.ShotAsync("refused");
        await Assertions.Expect(visit.Page.Locator("#welcome")).ToBeVisibleAsync();

        // The message goes with the next success.
        await visit.OpenSampleAsync();
        await Assertions.Expect(notice).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_bundled_picture_that_does_not_come_is_said()
    {
        await using PageServer server = await PageServer.StartAsync(new GardenModel());
        await using Visit visit = await Visit.OpenAsync(chromium, server, expecting: "ERR_FAILED");
        await visit.Page.RouteAsync("**/pictures/garden.png", route => route.AbortAsync());
        await visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Garden", Exact = true }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator("#notice")).ToContainTextAsync("The server does not answer. Check that it still runs, then try again.");
    }

    /// <summary>Tables are copied as words and as a picture of them.</summary>
    [Fact]
    public async Task Words_that_are_pasted_into_a_field_are_no_picture()
    {
        await using PageServer server = await PageServer.StartAsync(new GardenModel());
        await using Visit visit = await Visit.OpenAsync(chromium, server);
        await visit.OpenSampleAsync();
        bool[] taken = await visit.Page.EvaluateAsync<bool[]>(
            """
            () => {
              const paste = (target, words) => {
                const clipboardData = new DataTransfer();
                words && clipboardData.items.add(words, 'text/plain');
                clipboardData.items.add(new File(['x'], 'table.csv', { type: 'text/csv' }));
                return !target.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
              };
              const ask = document.getElementById('ask');
              const taken = [paste(ask, 'words'), paste(ask, ''), paste(document.body, 'words')];
              document.getElementById('about-dialog').showModal();
              return [...taken, paste(document.body, '')];
            }
            """);
        Assert.Equal([false, true, true, false], taken);
    }

    [Fact]
    public async Task A_conversation_that_is_gone_leads_to_the_beginning()
    {
        await using PageServer server = await PageServer.StartAsync(new GardenModel());
        await using Visit visit = await Visit.OpenAsync(chromium, server);
        visit.Expect("404");
        await visit.Page.GotoAsync(server.Address + "/#/nothing");
        await visit.Page.ReloadAsync();
        await Assertions.Expect(visit.Page.Locator("#notice")).ToContainTextAsync("That conversation is no longer kept.");
        await Assertions.Expect(visit.Page.Locator("#welcome")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_conversation_that_was_left_before_it_came_is_not_entered()
    {
        await using PageServer server = await PageServer.StartAsync(new GardenModel());
        await using Visit visit = await Visit.OpenAsync(chromium, server, path: "/robots.txt");

        // The page's own session over a server whose answers come when the test says so.
        string[] told = await visit.Page.EvaluateAsync<string[]>(
            """
            async () => {
              const { Session } = await import('/js/session.js');
              const waiting = [];
              window.fetch = (path) => new Promise((done) => waiting.push({ path, done }));
              const bodyOf = (path) => path.endsWith('/page') ? { layers: [], turns: [] }
                : path.endsWith('/edits') ? { layers: [], undo: 'of a' }
                : path.startsWith('api/images') ? { conversation: 'uploaded' }
                : { images: [{ image: 'img1', name: path }], artifacts: [], regions: [] };
              // Whoever waits goes on before the test does.
              const others = async () => {
                for (let turn = 0; turn < 20; turn++) {
                  await new Promise((done) => setTimeout(done));
                }
              };
              // Answers what was asked so far about a conversation, with pictures or with the error that it is gone.
              const answer = async (part, status = 200) => {
                for (let index = 0; index < waiting.length;) {
                  const { path, done } = waiting[index];
                  if (!path.includes(part)) { index++; continue; }
                  waiting.splice(index, 1);
                  done(status !== 200 ? new Response('{}', { status }) : path.includes('/images/') ? new Response(new Blob(['x'])) : Response.json(bodyOf(path)));
                }
                await others();
              };
              const ended = (opening) => Promise.race([opening, others().then(() => 'not ended')]);
              const told = [];
              const tell = (what, session, opened) => told.push(`${what}: ${session.id} ${session.isOpen} ${opened}`);
              const begin = () => { waiting.length = 0; return new Session(); };

              let session = begin();
              let opening = session.open('a');
              session.close();
              await answer('conversations/a');
              tell('left while it is looked up', session, await ended(opening));

              session = begin();
              opening = session.open('a');
              await answer('conversations/a');
              session.close();
              await answer('conversations/a');
              tell('left while its picture comes', session, await ended(opening));

              session = begin();
              const slower = session.open('a');
              const faster = session.open('b');
              await answer('conversations/b');
              await answer('conversations/b');
              await answer('conversations/a');
              await answer('conversations/a');
              tell('the slower of two', session, `${await ended(slower)} ${await ended(faster)}`);

              session = begin();
              opening = session.open('a');
              session.close();
              await answer('conversations/a', 404);
              tell('gone when it was left already', session, await ended(opening));

              session = begin();
              opening = session.upload(new Blob(['x']), 'x.png');
              session.close();
              await answer('api/images');
              await answer('conversations/uploaded');
              tell('left while it is sent', session, await ended(opening));

              session = begin();
              opening = session.open('a');
              await answer('conversations/a');
              await answer('conversations/a');
              tell('stayed', session, await ended(opening));
              const edit = session.edit({ edit: 'hide', regions: [] });
              opening = session.open('b');
              await answer('conversations/b');
              await answer('conversations/b');
              await ended(opening);
              session.undoLabel = 'of b';
              await answer('conversations/a');
              await ended(edit);
              told.push(`an edit of the one before: ${session.undoLabel}`);

              opening = session.open('c');
              session.stay();
              await answer('conversations/c');
              tell('another that is not waited for any longer', session, await ended(opening));

              const sent = session.upload(new Blob(['x']), 'x.png');
              session.stay();
              const looked = session.look(session.images[0]);
              await answer('conversations/b');
              tell('another picture while one is sent', session, await ended(looked));
              await answer('api/images');
              await answer('conversations/uploaded');
              tell('sent', session, await ended(sent));
              return told;
            }
            """);
        Assert.Equal(
            [
                "left while it is looked up: null false false", "left while its picture comes: null false false", "the slower of two: b true false true",
                "gone when it was left already: null false false", "left while it is sent: null false false", "stayed: a true true", "an edit of the one before: of b",
                "another that is not waited for any longer: b true false", "another picture while one is sent: b true true", "sent: uploaded true true",
            ],
            told);
    }

    [Fact]
    public async Task Who_comes_back_before_another_conversation_was_there_stays()
    {
        await using PageServer server = await PageServer.StartAsync(new GardenModel());
        await using Visit visit = await Visit.OpenAsync(chromium, server);
        await visit.OpenSampleAsync();
        string left = await visit.AddressAsync("location.hash.startsWith('#/')");
        string path = $"/api/conversations/{left[(left.LastIndexOf('/') + 1)..]}";
        await visit.Page.Locator("#file").SetInputFilesAsync(
            new FilePayload { Name = "other.png", MimeType = "image/png", Buffer = PngWriter.Encode(RgbImage.FromPixels(new byte[3 * 40 * 30], 40, 30)) });
        string kept = await visit.AddressAsync("location.hash.startsWith('#/') && location.href !== other", left);

        // The one that is gone back to comes when the test says so.
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource comes = new(TaskCreationOptions.RunContinuationsAsynchronously);
        bool isEntered = false;
        visit.Page.Request += (_, request) => isEntered |= request.Url.Contains(path + "/images/", StringComparison.Ordinal);
        await visit.Page.RouteAsync($"**{path}/page", async route =>
        {
            asked.TrySetResult();
            await comes.Task;
            await route.ContinueAsync();
        });
        await visit.Page.EvaluateAsync("() => history.back()");
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await visit.Page.EvaluateAsync("() => history.forward()");
        await visit.AddressAsync("location.href === other", kept);
        IResponse came = await visit.Page.RunAndWaitForResponseAsync(
            () =>
            {
                comes.SetResult();
                return Task.CompletedTask;
            },
            $"**{path}/page");
        await came.FinishedAsync();
        await visit.Page.EvaluateAsync("async () => { for (let turn = 0; turn < 20; turn++) { await new Promise((done) => setTimeout(done)); } }");
        Assert.False(isEntered);
        Assert.Equal((kept, "other.png · MGLMM"), (await visit.AddressAsync("true"), await visit.Page.TitleAsync()));
    }

    [Fact]
    public async Task An_answer_is_stopped_and_its_question_is_not_lost()
    {
        ScriptedGroundingModel model = new() { Held = token => Task.Delay(Timeout.Infinite, token) };
        await using PageServer server = await PageServer.StartAsync(model);
        await using Visit visit = await Visit.OpenAsync(chromium, server);
        await visit.OpenSampleAsync();
        await visit.AskAsync("Describe the scene");

        // Words and progress are seen while the model speaks.
        await Assertions.Expect(visit.Page.Locator("#turns .live .spoken")).ToHaveTextAsync("There");
        await Assertions.Expect(visit.Page.Locator("#turns .live .doing")).ToContainTextAsync("Describing the scene");
        await Assertions.Expect(visit.Page.Locator("#working")).ToBeVisibleAsync();
        await visit.ShotAsync("answering");
        await visit.Page.Locator("#stop").ClickAsync();
        await Assertions.Expect(await visit.AnsweredAsync(1)).ToContainTextAsync("Stopped.");
        await Assertions.Expect(visit.Page.Locator("#ask")).ToHaveValueAsync("Describe the scene");
        await model.IdleAsync();
        Assert.Equal(1, model.Cancelled);

        // And it goes on.
        model.Held = null;
        await visit.LevelAsync("Scene");
        await Assertions.Expect(await visit.AnsweredAsync(2)).ToContainTextAsync("There is a left half and a right half.");

        // The stopped turn is in the history as what it is.
        await visit.Page.ReloadAsync();
        await visit.SeesPictureAsync();
        await visit.AnsweredAsync(2);
        await Assertions.Expect(visit.Turns.First).ToContainTextAsync("Stopped.");
    }

    [Fact]
    public async Task What_the_model_refuses_is_said_with_the_way_out()
    {
        ScriptedGroundingModel model = new() { Answer = (_, _) => throw new EngineBusyException(9, TimeSpan.FromSeconds(3)) };
        await using PageServer server = await PageServer.StartAsync(model);
        await using Visit visit = await Visit.OpenAsync(chromium, server);
        await visit.OpenSampleAsync();
        await visit.LevelAsync("Scene");
        ILocator turn = await visit.AnsweredAsync(1);
        await Assertions.Expect(turn.Locator(".answer > .error")).ToContainTextAsync("3 s");
        await visit.AccessibleAsync("an error");
    }

    [Fact]
    public async Task A_server_with_keys_asks_for_one_and_owners_never_meet()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("mglmm-keys-").FullName, "keys");
        await File.WriteAllTextAsync(file, "anna key-of-anna-0123456789\nbert key-of-bert-0123456789\n");
        await using PageServer server = await PageServer.StartAsync(new GardenModel(), options => options.ApiKeyFile = file);
        string conversation;
        await using (Visit anna = await Visit.OpenAsync(chromium, server, expecting: "401"))
        {
            await Assertions.Expect(anna.Page.Locator("#key-dialog")).ToBeVisibleAsync();
            await anna.AccessibleAsync("key");
            await anna.Page.Locator("#key").FillAsync("wrong");
            await anna.Page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(anna.Page.Locator("#key-words")).ToContainTextAsync("none that counts");
            await anna.Page.Locator("#key").FillAsync("key-of-anna-0123456789");
            await anna.Page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(anna.Page.Locator("#model-state")).ToHaveTextAsync("garden");
            await anna.OpenSampleAsync();
            string address = await anna.AddressAsync("location.hash.startsWith('#/')");
            conversation = address[(address.LastIndexOf('/') + 1)..];
        }

        await using Visit bert = await Visit.OpenAsync(chromium, server, path: $"/#/{conversation}", expecting: "401");
        bert.Expect("404");
        await bert.Page.Locator("#key").FillAsync("key-of-bert-0123456789");
        await bert.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(bert.Page.Locator("#notice")).ToContainTextAsync("That conversation is no longer kept.");
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }
}
