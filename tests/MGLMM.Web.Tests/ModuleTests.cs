using Microsoft.Playwright;

namespace MGLMM.Web.Tests;

/// <summary>The page's parts by themselves, over a server and a picture whose moments the test decides.</summary>
public sealed class ModuleTests(Chromium chromium)
{
    /// <summary>A picture that is not loaded yet must not be kept as what is blurred, nor the one before it.</summary>
    [Fact]
    public async Task What_is_blurred_is_the_picture_that_is_looked_at()
    {
        string[] told = await RunAsync<string[]>(
            """
            async () => {
              const { Stage } = await import('/js/stage.js');
              document.body.innerHTML = '<div id="stage" style="position: relative; width: 300px; height: 200px"><img class="picture"><canvas class="base"></canvas><canvas class="lit"></canvas><canvas class="draft"></canvas></div>';
              const clear = await createImageBitmap(new ImageData(300, 200));
              const drawn = [];
              const masks = {
                draw(target, view) { drawn.push(createImageBitmap(clear).then((bitmap) => this.onDrawn({ target, view, bitmap }))); },
              };
              const frames = async () => {
                for (let frame = 0; frame < 4; frame++) {
                  await new Promise((done) => requestAnimationFrame(done));
                }
              };
              const stage = new Stage(document.getElementById('stage'), masks);
              await frames();
              const of = (color) => {
                const canvas = new OffscreenCanvas(60, 40);
                const pen = canvas.getContext('2d');
                pen.fillStyle = color;
                pen.fillRect(0, 0, 60, 40);
                return canvas.convertToBlob();
              };
              const told = [];
              for (const color of ['rgb(255, 0, 0)', 'rgb(0, 0, 255)']) {
                const blob = await of(color);
                const shown = stage.setPicture(blob, 60, 40);
                stage.setLayers([{ id: 'm1' }], 'blur');
                await shown;
                await Promise.all(drawn);
                const { base } = stage.canvases;
                const pixel = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
                pixel.drawImage(base, -base.width / 2, -base.height / 2);
                told.push([...pixel.getImageData(0, 0, 1, 1).data].join(' '));
              }

              return told;
            }
            """);
        Assert.Equal(["255 0 0 255", "0 0 255 255"], told);
    }

    [Fact]
    public async Task A_press_that_becomes_a_pinch_is_no_corner()
    {
        int[] corners = await RunAsync<int[]>(
            """
            async () => {
              const { Polygon } = await import('/js/draft.js');
              const stage = { canvases: { draft: document.createElement('canvas') }, view: { scale: 1, x: 0, y: 0 }, ratio: 1, width: 100, height: 100, toScreen: (x, y) => [x, y] };
              let finished = 0;
              const polygon = new Polygon(stage, () => {});
              polygon.finish = () => { finished++; };
              const told = [];
              const press = (place, isPinch) => {
                polygon.down(place, { detail: 0 });
                isPinch && polygon.cancelStroke();
                polygon.up(place, {});
                told.push(polygon.points.length);
              };
              press([10, 10], true);
              press([10, 10], false);
              press([50, 10], false);
              press([50, 50], false);
              press([10, 10], true);
              told.push(finished);
              press([10, 10], false);
              return [...told, finished];
            }
            """);
        Assert.Equal([0, 1, 2, 3, 3, 0, 3, 1], corners);
    }

    [Fact]
    public async Task A_name_that_is_being_typed_stays_whatever_else_changes()
    {
        string[] told = await RunAsync<string[]>(
            """
            async () => {
              const { Session } = await import('/js/session.js');
              const { Layers } = await import('/js/layers.js');
              document.body.innerHTML = '<span id="layers-count"></span><p id="layers-empty"></p><button id="show-all"></button><button id="hide-all"></button><ul id="layers"></ul><div id="combine"></div>';
              const session = new Session();
              session.image = { image: 'img1' };
              session.layers = ['m1', 'm2'].map((region) => ({ region, image: 'img1', phrase: `a ${region}` }));
              const edits = [];
              session.edit = async (edit) => { edits.push(`${edit.regions} ${edit.phrase}`); };
              const layers = new Layers(session, { failed: () => {}, openRegion: () => {} });
              layers.rename('m1');
              const field = document.activeElement;
              field.value = 'half a na';
              field.setSelectionRange(4, 4);
              session.layers = [...session.layers, { region: 'm3', image: 'img1', phrase: 'a m3' }];
              session.dispatchEvent(new Event('layers'));
              const told = [`${document.activeElement === field} ${field.value} ${field.selectionStart} ${edits.length} ${document.querySelectorAll('#layers > .layer').length}`];
              field.value = 'a whole name';
              field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
              await new Promise((done) => setTimeout(done));
              told.push(`${document.querySelectorAll('input.rename').length} ${edits}`);

              // With its layer the field goes, and comes back with it as the name alone.
              layers.rename('m2');
              const kept = session.layers;
              session.layers = [];
              session.dispatchEvent(new Event('layers'));
              session.layers = kept;
              session.dispatchEvent(new Event('layers'));
              told.push(`${document.querySelectorAll('input.rename').length} ${edits.length}`);
              return told;
            }
            """);
        Assert.Equal(["true half a na 4 0 3", "0 m1 a whole name", "0 1"], told);
    }

    /// <summary>A stream that ends without saying how is a broken one; a turn is about the picture that it began with; a conversation that is left has no picture.</summary>
    [Fact]
    public async Task A_turn_ends_as_what_it_was_and_where_it_began()
    {
        string[] told = await RunAsync<string[]>(
            """
            async () => {
              const { Session } = await import('/js/session.js');
              let stream;
              window.fetch = async (path) => path.endsWith('/turns')
                ? new Response(new ReadableStream({ start: (controller) => { stream = controller; } }))
                : path.includes('/images/') ? new Response(new Blob(['x']))
                : Response.json({ layers: [], images: [], artifacts: [], regions: [] });
              const open = () => {
                stream = null;
                const session = new Session();
                session.id = 'a';
                session.images = [{ image: 'img1' }, { image: 'img2' }];
                session.image = session.images[0];
                return session;
              };
              const begun = async () => { while (!stream) { await new Promise((done) => setTimeout(done)); } };
              const told = [];

              let session = open();
              let turn = session.turn({ message: 'Describe it' });
              await begun();
              told.push(`while it runs: ${session.live.image}`);
              await session.look(session.images[1]);
              stream.close();
              told.push(`broken off: ${await turn}, ${session.turns[0].image}, ${session.turns[0].error?.message}`);

              session = open();
              turn = session.turn({ message: 'Describe it' });
              await begun();
              stream.enqueue(new TextEncoder().encode('data: {"event":"done","text":"done"}\n\n'));
              stream.close();
              told.push(`done: ${await turn}, ${session.turns[0].image}, ${session.turns[0].error}`);

              session = open();
              const level = session.setLevel('part').catch((error) => `fault: ${error.message}`);
              await begun();
              session.close();
              try {
                stream.close();
              } catch {
                // Left, it is closed already.
              }

              told.push(`left: ${await level}`);
              return told;
            }
            """);
        Assert.Equal(["while it runs: img1", "broken off: failed, img1, The connection to the server broke off.", "done: done, img1, null", "left: cancelled"], told);
    }

    private async Task<T> RunAsync<T>(string script)
    {
        await using PageServer server = await PageServer.StartAsync(new GardenModel());
        await using Visit visit = await Visit.OpenAsync(chromium, server, path: "/robots.txt");
        return await visit.Page.EvaluateAsync<T>(script);
    }
}
